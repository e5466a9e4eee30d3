// Signs standard input with an enveloped signature, for tests: sign_for_test CERTIFICATE KEY.
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>

#include "labels/signature/enveloped.h"
#include "labels/signature/signed_xml_for_test.h"

int main(int argc, char** argv) {
  using namespace labels::signature;
  if (argc != 3) return 3;
  const labels::signature::XmlSecurity security;
  const BioPtr certificate(BIO_new_file(argv[1], "r"));
  const BioPtr key(BIO_new_file(argv[2], "r"));
  const test::Identity signer{
      .key = test::KeyPtr(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr)),
      .certificate =
          CertificatePtr(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr))};
  std::ostringstream text;
  text << std::cin.rdbuf();
  std::cout << test::sign_xml(text.str(), signer);
  return 0;
}
