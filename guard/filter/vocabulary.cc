#include "guard/filter/vocabulary.h"

#include <array>

#include "guard/filter/closed_words.h"

namespace guard::filter {
namespace {

constexpr std::array kLanguage{AttributeRule{"xml:lang", ValueKind::kLanguage}};
constexpr std::array kId{AttributeRule{"id", ValueKind::kOpaque}};

// SPEC: XEP-0203 4. The reason is free text of whoever delayed the stanza: it does not cross.
constexpr std::array kDelayAttributes{AttributeRule{"from", ValueKind::kJid},
                                      AttributeRule{"stamp", ValueKind::kStamp}};
constexpr ElementRule kDelay{.ns = ns::kDelay,
                             .name = "delay",
                             .content = Content::kDropped,
                             .attributes = kDelayAttributes};

// ------------------------------------------------------------- SPEC: XEP-0045, muc and muc#user
constexpr std::array kHistoryAttributes{
    AttributeRule{"maxchars", ValueKind::kNumber}, AttributeRule{"maxstanzas", ValueKind::kNumber},
    AttributeRule{"seconds", ValueKind::kNumber}, AttributeRule{"since", ValueKind::kStamp}};
// No password: presence has no label that could judge it. Such a join is refused.
constexpr std::array kMucChildren{
    ElementRule{.ns = ns::kMuc, .name = "history", .attributes = kHistoryAttributes},
};
constexpr ElementRule kMuc{
    .ns = ns::kMuc, .name = "x", .content = Content::kElements, .children = kMucChildren};

constexpr std::array kFromTo{AttributeRule{"from", ValueKind::kJid},
                             AttributeRule{"to", ValueKind::kJid}};
constexpr std::array kJidOnly{AttributeRule{"jid", ValueKind::kJid}};
constexpr std::array kActorAttributes{AttributeRule{"jid", ValueKind::kJid},
                                      AttributeRule{"nick", ValueKind::kText}};
constexpr std::array kItemAttributes{
    AttributeRule{"affiliation", ValueKind::kToken}, AttributeRule{"jid", ValueKind::kJid},
    AttributeRule{"nick", ValueKind::kText}, AttributeRule{"role", ValueKind::kToken}};
constexpr std::array kThreadAttribute{AttributeRule{"thread", ValueKind::kOpaque}};
constexpr std::array kCodeAttribute{AttributeRule{"code", ValueKind::kNumber}};

constexpr ElementRule kUserContinue{
    .ns = ns::kMucUser, .name = "continue", .attributes = kThreadAttribute};
constexpr ElementRule kUserPassword{
    .ns = ns::kMucUser, .name = "password", .content = Content::kText};
constexpr ElementRule kUserReason{.ns = ns::kMucUser, .name = "reason", .content = Content::kText};

constexpr std::array kDeclineChildren{kUserReason};
constexpr std::array kDestroyChildren{kUserPassword, kUserReason};
constexpr std::array kInviteChildren{kUserContinue, kUserReason};
constexpr std::array kItemChildren{
    ElementRule{.ns = ns::kMucUser, .name = "actor", .attributes = kActorAttributes}, kUserContinue,
    kUserReason};

constexpr std::array kMucUserChildren{
    ElementRule{.ns = ns::kMucUser,
                .name = "decline",
                .content = Content::kElements,
                .attributes = kFromTo,
                .children = kDeclineChildren},
    ElementRule{.ns = ns::kMucUser,
                .name = "destroy",
                .content = Content::kElements,
                .attributes = kJidOnly,
                .children = kDestroyChildren},
    ElementRule{.ns = ns::kMucUser,
                .name = "invite",
                .content = Content::kElements,
                .most = 16,
                .attributes = kFromTo,
                .children = kInviteChildren},
    ElementRule{.ns = ns::kMucUser,
                .name = "item",
                .content = Content::kElements,
                .most = 16,
                .attributes = kItemAttributes,
                .children = kItemChildren},
    kUserPassword,
    ElementRule{.ns = ns::kMucUser,
                .name = "status",
                .most = 16,
                .key = "code",
                .attributes = kCodeAttribute},
};
constexpr ElementRule kMucUser{
    .ns = ns::kMucUser, .name = "x", .content = Content::kElements, .children = kMucUserChildren};

// In a presence: what an occupant is in the room, in closed words. Who acted, what was said of it,
// nicknames and real addresses are left out; invitations and passwords are refused.
constexpr std::array kOccupantAttributes{
    AttributeRule{"affiliation", ValueKind::kWord, words::kAffiliations},
    AttributeRule{"jid", ValueKind::kDropped}, AttributeRule{"nick", ValueKind::kDropped},
    AttributeRule{"role", ValueKind::kWord, words::kRoles}};
constexpr std::array kOccupantCode{AttributeRule{"code", ValueKind::kWord, words::kRoomCodes}};
constexpr std::array kOccupantChildren{
    ElementRule{.ns = ns::kMucUser,
                .name = "item",
                .content = Content::kDropped,
                .attributes = kOccupantAttributes},
    ElementRule{.ns = ns::kMucUser,
                .name = "status",
                .most = 16,
                .key = "code",
                .attributes = kOccupantCode},
};
constexpr ElementRule kOccupant{
    .ns = ns::kMucUser, .name = "x", .content = Content::kElements, .children = kOccupantChildren};

// ------------------------------------------------------------- SPEC: XEP-0030
// An iq carries no label, so a query says nothing but that it is one, and an answer says in closed
// words what somebody is and can do: names and languages are left out, nodes are refused.
constexpr std::array kIdentityAttributes{
    AttributeRule{"category", ValueKind::kWord, words::kIdentityCategories},
    AttributeRule{"name", ValueKind::kDropped},
    AttributeRule{"type", ValueKind::kWord, words::kIdentityTypes},
    AttributeRule{"xml:lang", ValueKind::kDropped}};
constexpr std::array kFeatureAttributes{AttributeRule{"var", ValueKind::kFeature}};
constexpr std::array kDiscoItemAttributes{AttributeRule{"jid", ValueKind::kJid},
                                          AttributeRule{"name", ValueKind::kDropped}};
constexpr std::array kInfoChildren{
    ElementRule{.ns = ns::kDiscoInfo,
                .name = "identity",
                .most = 64,
                .attributes = kIdentityAttributes,
                .omit_unlisted = true,
                .merge_equal = true},
    ElementRule{.ns = ns::kDiscoInfo,
                .name = "feature",
                .most = 512,
                .key = "var",
                .attributes = kFeatureAttributes,
                .omit_unlisted = true},
};
constexpr std::array kItemsChildren{
    ElementRule{.ns = ns::kDiscoItems,
                .name = "item",
                .most = kMaxPayloadJids,
                .attributes = kDiscoItemAttributes,
                .merge_equal = true,
                .omit_foreign = true},
};

// ------------------------------------------------------------- the stanzas
constexpr ElementRule chat_state(std::string_view name) {
  return {.ns = ns::kChatStates, .name = name, .alone_in_namespace = true};
}

// SPEC: XEP-0359 3.
constexpr std::array kStanzaIdAttributes{AttributeRule{"by", ValueKind::kJid},
                                         AttributeRule{"id", ValueKind::kOpaque}};

// SPEC: RFC 6121 5.2 (subject, body, thread), then the extensions by number.
constexpr std::array kThreadAttributes{AttributeRule{"parent", ValueKind::kOpaque}};
constexpr ElementRule kOriginId{.ns = ns::kStanzaId, .name = "origin-id", .attributes = kId};
constexpr ElementRule kStanzaIdElement{.ns = ns::kStanzaId,
                                       .name = "stanza-id",
                                       .most = 8,
                                       .key = "by",
                                       .attributes = kStanzaIdAttributes};
constexpr std::array kMessageChildren{
    ElementRule{.ns = ns::kServer,
                .name = "subject",
                .content = Content::kText,
                .most = 16,
                .key = "xml:lang",
                .attributes = kLanguage},
    ElementRule{.ns = ns::kServer,
                .name = "body",
                .content = Content::kText,
                .most = 16,
                .key = "xml:lang",
                .attributes = kLanguage},
    ElementRule{.ns = ns::kServer,
                .name = "thread",
                .content = Content::kText,
                .text = ValueKind::kOpaque,
                .attributes = kThreadAttributes},
    kMucUser,
    chat_state("active"),
    chat_state("composing"),
    chat_state("gone"),
    chat_state("inactive"),
    chat_state("paused"),
    ElementRule{
        .ns = ns::kReceipts, .name = "received", .attributes = kId, .alone_in_namespace = true},
    ElementRule{.ns = ns::kReceipts, .name = "request", .alone_in_namespace = true},
    kDelay,
    ElementRule{.ns = ns::kLabel, .name = "securitylabel", .content = Content::kRegenerated},
    kOriginId,
    kStanzaIdElement,
};
constexpr ElementRule kMessage{.ns = ns::kServer,
                               .name = "message",
                               .content = Content::kElements,
                               .children = kMessageChildren};

// SPEC: RFC 6121 4.7.2, but with one status only: the languages that tell several apart do not
// cross.
constexpr std::array kNoLanguage{AttributeRule{"xml:lang", ValueKind::kDropped}};
constexpr std::array kPresenceChildren{
    ElementRule{
        .ns = ns::kServer, .name = "show", .content = Content::kText, .text = ValueKind::kToken},
    ElementRule{
        .ns = ns::kServer, .name = "status", .content = Content::kText, .attributes = kNoLanguage},
    ElementRule{.ns = ns::kServer,
                .name = "priority",
                .content = Content::kText,
                .text = ValueKind::kNumber},
    kMuc,
    kOccupant,
    kDelay,
    kOriginId,
    kStanzaIdElement,
};
constexpr ElementRule kPresence{.ns = ns::kServer,
                                .name = "presence",
                                .content = Content::kElements,
                                .children = kPresenceChildren};

constexpr ElementRule kPing{.ns = ns::kPing, .name = "ping"};
constexpr std::array kRequestChildren{
    ElementRule{.ns = ns::kDiscoInfo, .name = "query"},
    ElementRule{.ns = ns::kDiscoItems, .name = "query"},
    kPing,
};
constexpr std::array kResultChildren{
    ElementRule{.ns = ns::kDiscoInfo,
                .name = "query",
                .content = Content::kElements,
                .children = kInfoChildren},
    ElementRule{.ns = ns::kDiscoItems,
                .name = "query",
                .content = Content::kElements,
                .children = kItemsChildren},
    kPing,
};
constexpr ElementRule kIqRequest{
    .ns = ns::kServer, .name = "iq", .content = Content::kElements, .children = kRequestChildren};
constexpr ElementRule kIqResult{
    .ns = ns::kServer, .name = "iq", .content = Content::kElements, .children = kResultChildren};

}  // namespace

const ElementRule& message_rule() { return kMessage; }
const ElementRule& presence_rule() { return kPresence; }
const ElementRule& iq_request_rule() { return kIqRequest; }
const ElementRule& iq_result_rule() { return kIqResult; }

const ElementRule* find_child(const ElementRule& parent, std::string_view ns,
                              std::string_view name) {
  for (const ElementRule& child : parent.children) {
    if (child.name == name && child.ns == ns) return &child;
  }
  return nullptr;
}

}  // namespace guard::filter
