// XercesPlatform: Xerces started, for as long as this lives.
#pragma once

namespace schemas {

// XercesPlatform starts Xerces with document type declarations disabled for the whole process
// (XERCES_DISABLE_DTD=1 is put into the environment first). Instances count; the last one stops
// it. REQUIRES: made and destroyed while no other thread uses Xerces or the environment.
class XercesPlatform {
 public:
  XercesPlatform();
  ~XercesPlatform();
  XercesPlatform(const XercesPlatform&) = delete;
  XercesPlatform& operator=(const XercesPlatform&) = delete;
};

}  // namespace schemas
