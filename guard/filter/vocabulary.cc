#include "guard/filter/vocabulary.h"

#include <array>

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
constexpr std::array kMucChildren{
    ElementRule{.ns = ns::kMuc, .name = "history", .attributes = kHistoryAttributes},
    ElementRule{.ns = ns::kMuc, .name = "password", .content = Content::kText},
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

// ------------------------------------------------------------- SPEC: XEP-0030
constexpr std::array kNode{AttributeRule{"node", ValueKind::kText}};
constexpr std::array kIdentityAttributes{
    AttributeRule{"category", ValueKind::kText}, AttributeRule{"name", ValueKind::kText},
    AttributeRule{"type", ValueKind::kText}, AttributeRule{"xml:lang", ValueKind::kLanguage}};
constexpr std::array kFeatureAttributes{AttributeRule{"var", ValueKind::kText}};
constexpr std::array kDiscoItemAttributes{AttributeRule{"jid", ValueKind::kJid},
                                          AttributeRule{"name", ValueKind::kText},
                                          AttributeRule{"node", ValueKind::kText}};
constexpr std::array kInfoChildren{
    ElementRule{
        .ns = ns::kDiscoInfo, .name = "identity", .most = 64, .attributes = kIdentityAttributes},
    ElementRule{.ns = ns::kDiscoInfo,
                .name = "feature",
                .most = 512,
                .key = "var",
                .attributes = kFeatureAttributes},
};
constexpr std::array kItemsChildren{
    ElementRule{
        .ns = ns::kDiscoItems, .name = "item", .most = 1'000, .attributes = kDiscoItemAttributes},
};

// ------------------------------------------------------------- the three stanzas
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

// SPEC: RFC 6121 4.7.2.
constexpr std::array kPresenceChildren{
    ElementRule{
        .ns = ns::kServer, .name = "show", .content = Content::kText, .text = ValueKind::kToken},
    ElementRule{.ns = ns::kServer,
                .name = "status",
                .content = Content::kText,
                .most = 16,
                .key = "xml:lang",
                .attributes = kLanguage},
    ElementRule{.ns = ns::kServer,
                .name = "priority",
                .content = Content::kText,
                .text = ValueKind::kNumber},
    kMuc,
    kMucUser,
    kDelay,
    kOriginId,
    kStanzaIdElement,
};
constexpr ElementRule kPresence{.ns = ns::kServer,
                                .name = "presence",
                                .content = Content::kElements,
                                .children = kPresenceChildren};

constexpr std::array kIqChildren{
    ElementRule{.ns = ns::kDiscoInfo,
                .name = "query",
                .content = Content::kElements,
                .attributes = kNode,
                .children = kInfoChildren},
    ElementRule{.ns = ns::kDiscoItems,
                .name = "query",
                .content = Content::kElements,
                .attributes = kNode,
                .children = kItemsChildren},
    ElementRule{.ns = ns::kPing, .name = "ping"},
};
constexpr ElementRule kIq{
    .ns = ns::kServer, .name = "iq", .content = Content::kElements, .children = kIqChildren};

}  // namespace

const ElementRule& message_rule() { return kMessage; }
const ElementRule& presence_rule() { return kPresence; }
const ElementRule& iq_rule() { return kIq; }

const ElementRule* find_child(const ElementRule& parent, std::string_view ns,
                              std::string_view name) {
  for (const ElementRule& child : parent.children) {
    if (child.name == name && child.ns == ns) return &child;
  }
  return nullptr;
}

}  // namespace guard::filter
