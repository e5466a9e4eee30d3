// guard-label catalog: the labels that a clearance grants, for a chat server to offer (XEP-0258 4).
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/base64.h"
#include "guard/base/escape.h"
#include "guard/base/json_writer.h"
#include "guard/base/xml_text.h"
#include "labels/catalog.h"
#include "labels/ess.h"
#include "labels/marking.h"
#include "labels/sec_label.h"
#include "labels/tool/command.h"
#include "labels/tool/given.h"

namespace labels::tool {
namespace {

// Text for an attribute: what a terminal may be shown, an XML document may hold.
bool is_plain(const std::string& text) {
  std::string doubled;
  for (const char c : text) doubled += c == '\\' ? "\\\\" : std::string(1, c);
  return guard::for_terminal(text) == doubled;
}

// Chosen is the catalog and the one item that is the default, if any.
struct Chosen {
  SecurityPolicy policy;
  std::vector<CatalogItem> items;
  std::optional<std::size_t> default_item;

  [[nodiscard]] bool is_default(const CatalogItem& item) const {
    return default_item && &item == &items[*default_item];
  }
};

void append_item(std::string& out, const Chosen& chosen, const CatalogItem& item,
                 const Options& options) {
  out += "  <item";
  guard::append_attribute(out, "selector", item.selector);
  if (chosen.is_default(item)) guard::append_attribute(out, "default", "true");
  const DisplayMarking shown =
      display_marking(chosen.policy, item.label, {.languages = options.languages});
  out += ">\n    " + write_sec_label(shown, &item.label, {}) + "\n  </item>\n";
}

std::string xml_of(const Chosen& chosen, const Options& options) {
  std::string out = "<catalog xmlns=\"urn:xmpp:sec-label:catalog:2\"";
  if (!options.catalog_to.empty()) guard::append_attribute(out, "to", options.catalog_to);
  if (!options.catalog_name.empty()) guard::append_attribute(out, "name", options.catalog_name);
  if (!options.catalog_description.empty()) {
    guard::append_attribute(out, "desc", options.catalog_description);
  }
  guard::append_attribute(out, "size", std::to_string(chosen.items.size()));
  guard::append_attribute(out, "restrict", options.restrict ? "true" : "false");
  out += ">\n";
  for (const CatalogItem& item : chosen.items) append_item(out, chosen, item, options);
  return out + "</catalog>\n";
}

std::string json_of(const Chosen& chosen, const Options& options) {
  std::string lines;
  for (const CatalogItem& item : chosen.items) {
    const DisplayMarking shown =
        display_marking(chosen.policy, item.label, {.languages = options.languages});
    guard::JsonWriter json;
    json.object().member("selector", item.selector).member("default", chosen.is_default(item));
    json.member("marking", shown.text);
    if (!shown.background.empty()) json.member("background", shown.background);
    if (!shown.foreground.empty()) json.member("foreground", shown.foreground);
    json.member("ess", guard::to_base64(encode_ess(item.label))).end_object();
    lines += json.take() + "\n";
  }
  return lines;
}

}  // namespace

Answer list(const Options& options) {
  for (const std::string& text :
       {options.catalog_to, options.catalog_name, options.catalog_description}) {
    if (!is_plain(text)) return wrong_usage(text + ": only characters that can be seen");
  }
  auto given = load_given(options);
  if (!given) return given.error();
  const auto clearance = read_clearance(*given, options);
  if (!clearance) return clearance.error();
  const auto items = catalog(clearance->policy, clearance->read.clearance,
                             {.at = options.time, .values = options.values});
  if (!items) return no(items.error().what + ": try fewer --values");
  if (items->empty()) return no("the clearance grants no label");
  Chosen chosen{.policy = clearance->policy, .items = *items, .default_item = std::nullopt};
  if (!options.default_item.empty()) {
    auto at = std::ranges::find(*items, options.default_item, &CatalogItem::selector);
    // A classification that has a submenu means the first of it.
    if (at == items->end()) {
      at = std::ranges::find_if(*items, [&](const CatalogItem& item) {
        return item.selector.starts_with(options.default_item + "|");
      });
    }
    if (at == items->end()) return no("no item " + options.default_item + " to be the default");
    chosen.default_item = static_cast<std::size_t>(at - items->begin());
  }
  return {.out = options.json ? json_of(chosen, options) : xml_of(chosen, options)};
}

}  // namespace labels::tool
