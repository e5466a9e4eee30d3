// The trust anchor of the corpora of signed files: an authority for tests, whose key is thrown
// away.
#pragma once

#include <cstdint>
#include <string_view>

inline constexpr std::string_view kFuzzAnchor =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBnzCCAUWgAwIBAgIUbgTshF4AUMXPzzCjD5c0Ss60KiAwCgYIKoZIzj0EAwIw\n"
    "HDEaMBgGA1UEAwwRRXhhbXBsZSBBdXRob3JpdHkwIBcNMjYxMTIzMDcyOTEyWhgP\n"
    "MjEyNjEwMzAwNzI5MTJaMBwxGjAYBgNVBAMMEUV4YW1wbGUgQXV0aG9yaXR5MFkw\n"
    "EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEib0kdnYwARcDxYVewO8ncuT3KZkJGc+R\n"
    "jg2s8PdK4PAkgsTWsISjiQ0ID/zVR60+k2KH8amLSHXsd7FkZlcfdKNjMGEwHQYD\n"
    "VR0OBBYEFMafM6eLDTmerfdZT/NNouw5+3SuMB8GA1UdIwQYMBaAFMafM6eLDTme\n"
    "rfdZT/NNouw5+3SuMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMAoG\n"
    "CCqGSM49BAMCA0gAMEUCIA0pLg6ezie/9wfzsq4LQrwyboPI2M1Kav8E/H4EgoD/\n"
    "AiEAkb6UeV82Mvn4HJ9ByMK3djWmq1t6NxXF1MB+xPq6n8g=\n"
    "-----END CERTIFICATE-----\n";
inline constexpr std::int64_t kFuzzNow = 1'861'920'000;  // 2029-01-01
inline constexpr std::string_view kFuzzDocument =
    R"(<SPIF xmlns="http://www.xmlspif.org/spif"><securityPolicyId name="X" id="2.999.1"/></SPIF>)";
