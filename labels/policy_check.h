// The checks that make a PolicyContent fit to be a SecurityPolicy: it names everything once and
// within bounds.
#pragma once

#include <expected>

#include "labels/policy_content.h"
#include "labels/policy_fault.h"

namespace labels {

// check_policy checks what SecurityPolicy::make promises, the constraints too (constraint_check.h).
// The first fault is given.
[[nodiscard]] std::expected<void, PolicyFault> check_policy(const PolicyContent& content);

}  // namespace labels
