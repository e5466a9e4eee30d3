// The commands that sign and verify.
#include <map>
#include <utility>

#include "guard/base/cms_signature.h"
#include "guard/base/escape.h"
#include "guard/base/hex.h"
#include "guard/base/json_writer.h"
#include "policy/signature.h"
#include "policy/tool/command.h"
#include "policy/tool/signed_note.h"

namespace policy::tool {
namespace {

// The text that is signed, with the report's hash where there is a report.
std::expected<std::string, std::string> signed_text(const Options& options, const Policy& policy) {
  if (options.report.empty()) return statement(policy.digest(), nullptr);
  const auto text = read_text(options.report);
  if (!text) return std::unexpected(options.report + ": " + text.error());
  const guard::Digest digest = guard::Sha256().digest(guard::as_bytes(text->text));
  return statement(policy.digest(), &digest);
}

// Why a signature does not count. What it is a signature of, it says itself where somebody of the
// list has made it.
std::string refusal(const std::string& why, const std::string& signature, const std::string& list,
                    const SignedNote& now) {
  const auto then = read_note(signature);
  if (!then || then->statement == now.statement) return why;
  const auto found = guard::verify_cms(then->statement, signature, list);
  if (!found) return why;
  std::string who;
  for (const guard::Signer& signer : *found) who += (who.empty() ? "" : ", ") + signer.subject;
  return "signed by " + who + ", but " + changes(*then, now);
}

}  // namespace

int sign_policy(const Options& options, const Policy& policy) {
  const auto text = signed_text(options, policy);
  if (!text) return complain(text.error());
  const auto certificate = read_text(options.certificate);
  if (!certificate) return complain(options.certificate + ": " + certificate.error());
  const auto key = read_text(options.key);
  if (!key) return complain(options.key + ": " + key.error());
  const auto made = guard::sign_cms(*text, certificate->text, key->text);
  if (!made) return complain(made.error());
  return write_file(options.out, to_text(note_of(*text, files_of(options.policy))) + *made);
}

int verify_policy(const Options& options, const Policy& policy) {
  const auto text = signed_text(options, policy);
  if (!text) return complain(text.error());
  const auto list = read_text(options.signers);
  if (!list) return complain(options.signers + ": " + list.error());
  const SignedNote now = note_of(*text, files_of(options.policy));
  std::map<std::string, std::string> signers;  // by key: the same one twice is one
  std::vector<std::pair<std::string, std::string>> refused;
  for (const std::string& path : options.signatures) {
    const auto signature = read_text(path);
    if (!signature) return complain(path + ": " + signature.error());
    const auto found = guard::verify_cms(*text, signature->text, list->text);
    if (!found && found.error().malformed) return complain(path + ": " + found.error().what);
    if (!found) {
      refused.emplace_back(path, refusal(found.error().what, signature->text, list->text, now));
      continue;
    }
    for (const guard::Signer& signer : *found) signers.emplace(signer.fingerprint, signer.subject);
  }
  const bool enough = signers.size() >= options.require;
  if (options.json) {
    guard::JsonWriter out;
    out.object()
        .member("digest", guard::to_hex(policy.digest()))
        .member("enough", enough)
        .key("signers")
        .array();
    for (const auto& [key, subject] : signers) out.value(subject);
    out.end_array().key("refused").array();
    for (const auto& [path, why] : refused) {
      out.object().member("file", path).member("because", why).end_object();
    }
    out.end_array().end_object();
    put(out.take() + "\n");
    return enough ? kYes : kNo;
  }
  for (const auto& [path, why] : refused) {
    put(guard::for_terminal(path + ": does not count: " + why) + "\n");
  }
  for (const auto& [key, subject] : signers)
    put("signed by " + guard::for_terminal(subject) + "\n");
  put(std::to_string(signers.size()) + " of " + std::to_string(options.require) +
      " demanded signers; policy digest " + guard::to_hex(policy.digest()) + "\n");
  return enough ? kYes : kNo;
}

}  // namespace policy::tool
