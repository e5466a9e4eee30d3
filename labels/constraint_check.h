// The check of a policy's constraints: what they name is there, and each can hold.
#pragma once

#include <expected>

#include "labels/policy_content.h"
#include "labels/policy_fault.h"

namespace labels {

// check_constraints refuses
// - a group that names no value of the policy, a classification that it does not have;
// - a selection whose minimum is above its maximum, or above how many values there are;
// - a category that may not go with any classification, that requires what it excludes or what is
//   obsolete, or whose last moment is before its first: no label with it could ever be valid. Only
//   one step is looked at: what a required category requires in turn is not followed.
// REQUIRES: the names and numbers of `content` have been checked.
[[nodiscard]] std::expected<void, PolicyFault> check_constraints(const PolicyContent& content);

}  // namespace labels
