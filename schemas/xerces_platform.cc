#include "schemas/xerces_platform.h"

#include <cstdlib>
#include <xercesc/util/PlatformUtils.hpp>

#include "guard/base/check.h"

namespace schemas {

XercesPlatform::XercesPlatform() {
  CHECK(::setenv("XERCES_DISABLE_DTD", "1", 1) == 0);
  xercesc::XMLPlatformUtils::Initialize();
}

XercesPlatform::~XercesPlatform() { xercesc::XMLPlatformUtils::Terminate(); }

}  // namespace schemas
