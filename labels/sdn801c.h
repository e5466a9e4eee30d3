// SDN.801c: security categories wrapped by tag set, of labels and of clearances.
//
//   StandardSecurityLabel ::= SET OF NamedTagSet                  under 2.16.840.1.101.2.1.8.1
//   NamedTagSet ::= SEQUENCE { tagSetName OBJECT IDENTIFIER, securityTags SEQUENCE OF SecurityTag }
//   SecurityTag ::= CHOICE {                                      IMPLICIT TAGS
//     restrictive [1] SEQUENCE { securityLevel INTEGER OPTIONAL, attributeFlags BIT STRING },
//     enumerated  [2] SEQUENCE { securityLevel INTEGER OPTIONAL, attributeFlags SET OF INTEGER },
//     permissive  [6] SEQUENCE { securityLevel INTEGER OPTIONAL, attributeFlags BIT STRING },
//     freeForm    [7] CHOICE { BIT STRING, SET OF INTEGER } }     (EXPLICIT, for it is a choice)
//
//   SSLPrivileges ::= SET OF NamedTagSetPrivilege                 under 2.16.840.1.101.2.1.8.2
//   NamedTagSetPrivilege ::= SEQUENCE { tagSetName, SEQUENCE OF SecurityTagPrivilege }
//   SecurityTagPrivilege ::= CHOICE { [1] BIT STRING, [2] SET OF INTEGER, [6] BIT STRING }
//
// Choices of our own, so that there is one spelling: the tags of a tag set stand in the order of
// their octets, each once (the enumerated one and the free-form one twice at most, for they stand
// for two kinds each); no securityLevel, which nothing of ours would judge; a tag holds a value.
// The other form of labels, LrbacInfo (a SEQUENCE under the same type), is refused.
#pragma once

#include <expected>
#include <span>

#include "labels/category_der.h"

namespace labels {

// read_named_tag_sets reads the value of the one category of type …8.1 or …8.2.
[[nodiscard]] std::expected<DerCategories, LabelError> read_named_tag_sets(
    const DerReader::Element& value, CategoryOwner owner);

// encode_named_tag_sets gives that value, tag and length included. Enumerated categories of either
// kind become tags [2], as open ones do. REQUIRES: no informative category in a clearance, which
// has no place for it.
[[nodiscard]] guard::Bytes encode_named_tag_sets(std::span<const Category> categories,
                                                 std::span<const EnumeratedTag> open,
                                                 CategoryOwner owner);

}  // namespace labels
