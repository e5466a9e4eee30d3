// KeptContent: the stanza itself goes into the record, sealed so that nobody on this host reads it.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "guard/wire/messages.h"
#include "policy/kept_content.h"

namespace guard::filter {

// Seal makes an envelope for the officers from a stanza; the error is for nobody but a test.
using Seal = std::function<std::expected<std::string, std::string>(std::string_view)>;

// seal_for makes the Seal for a policy's officers; nullptr where nothing is kept. Whatever OpenSSL
// reads from files has been read when it returns. The error says whose certificate cannot be used.
[[nodiscard]] std::expected<Seal, std::string> seal_for(const policy::KeptContent& kept);

// kNotSealed is the reason of what had to be kept and could not be sealed.
inline constexpr std::string_view kNotSealed = "content-not-sealed";

// keep_content seals `stanza` into the judgement where `of` asks for it.
// INVARIANT(FAIL_CLOSED): where that fails nothing leaves: neither the stanza nor an answer. A
// stream that was to be closed is closed all the same.
void keep_content(policy::ContentOf of, const Seal& seal, std::string_view stanza,
                  wire::Judgement& judgement);

}  // namespace guard::filter
