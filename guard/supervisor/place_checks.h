// place_checks: what this host makes of the places that the site file names, before anything is
// started there.
//
// They ask as the user that guardd runs as, who is the recorder's, too. What they find can change
// the moment after: whatever uses a place later still has its own errors.
#pragma once

#include <string>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/supervisor/site.h"

namespace guard::supervisor {

// log_faults gives an error where the log directory is none, or cannot be read and written, or is
// not there and cannot be made. Apart from the others, since a start that
// fails for it has a status of its own (main.cc).
[[nodiscard]] std::vector<FileError> log_faults(const Site& site);

// place_faults gives an error for each folder of a socket in which guardd cannot write or whose
// path is longer than the kernel takes, and for each private key or secret that everybody on this
// host may read: the dialback secrets, the certificate directories' *.pem, the log's key. A file
// that is not there is left to others to complain about.
[[nodiscard]] std::vector<FileError> place_faults(const Site& site);

// file_system_warning says why a log should not be on a file system of that kind (f_type of
// statfs(2)): in memory, or on another host. Empty where nothing is known against it.
[[nodiscard]] std::string file_system_warning(long type);

// log_warning is that for the log of the site, as a line with its end; empty for none.
[[nodiscard]] std::string log_warning(const Site& site);

}  // namespace guard::supervisor
