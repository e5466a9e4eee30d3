// FaultVfs: SQLite's own file layer with a fault at the n-th call, for tests.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstring>

namespace audit {

enum class Fault { kIo, kNoSpace, kShortWrite };

// FaultVfs is SQLite's default file layer for as long as it lives. Reads, writes, truncations,
// syncs and deletions are counted; the one that `at` names, and with `lasting` all after it, fail.
class FaultVfs {
 public:
  FaultVfs(Fault fault, int at, bool lasting) : fault_(fault), left_(at), lasting_(lasting) {
    real_ = sqlite3_vfs_find(nullptr);
    vfs_ = *real_;
    vfs_.zName = "fault";
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
  }
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // hit counts a call, and says whether it fails. Calls that are not SQLite's may ask, too.
  bool hit() {
    const int before = left_.fetch_sub(1);
    return before == 1 || (before < 1 && lasting_);
  }

  // fired says whether there were as many calls as that.
  [[nodiscard]] bool fired() const { return left_ <= 0; }

 private:
  struct File {
    sqlite3_file base;
    sqlite3_io_methods methods;
    FaultVfs* vfs;
    sqlite3_file* real;
  };
  static File* self(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static FaultVfs* self(sqlite3_vfs* vfs) { return static_cast<FaultVfs*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    FaultVfs* const me = self(vfs);
    File* const mine = self(file);
    mine->vfs = me;
    mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
    mine->base.pMethods = nullptr;
    const int code = me->real_->xOpen(me->real_, name, mine->real, flags, out);
    if (mine->real->pMethods == nullptr) return code;
    mine->methods = sqlite3_io_methods{mine->real->pMethods->iVersion,
                                       close,
                                       read,
                                       write,
                                       truncate,
                                       sync,
                                       size,
                                       lock,
                                       unlock,
                                       reserved,
                                       control,
                                       sector,
                                       characteristics,
                                       shm_map,
                                       shm_lock,
                                       shm_barrier,
                                       shm_unmap,
                                       fetch,
                                       unfetch};
    mine->base.pMethods = &mine->methods;
    return code;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    FaultVfs* const me = self(vfs);
    if (me->hit()) return SQLITE_IOERR_DELETE;
    return me->real_->xDelete(me->real_, name, sync_folder);
  }
  static const sqlite3_io_methods* real(sqlite3_file* file) { return self(file)->real->pMethods; }
  static int close(sqlite3_file* f) { return real(f)->xClose(self(f)->real); }
  static int read(sqlite3_file* f, void* to, int count, sqlite3_int64 at) {
    if (self(f)->vfs->hit()) return SQLITE_IOERR_READ;
    return real(f)->xRead(self(f)->real, to, count, at);
  }
  static int write(sqlite3_file* f, const void* from, int count, sqlite3_int64 at) {
    if (self(f)->vfs->hit()) {
      switch (self(f)->vfs->fault_) {
        case Fault::kNoSpace:
          return SQLITE_FULL;
        case Fault::kShortWrite:
          (void)real(f)->xWrite(self(f)->real, from, count / 2, at);
          return SQLITE_FULL;
        case Fault::kIo:
          return SQLITE_IOERR_WRITE;
      }
    }
    return real(f)->xWrite(self(f)->real, from, count, at);
  }
  static int truncate(sqlite3_file* f, sqlite3_int64 to) {
    if (self(f)->vfs->hit()) return SQLITE_IOERR_TRUNCATE;
    return real(f)->xTruncate(self(f)->real, to);
  }
  static int sync(sqlite3_file* f, int flags) {
    if (self(f)->vfs->hit()) return SQLITE_IOERR_FSYNC;
    return real(f)->xSync(self(f)->real, flags);
  }
  static int size(sqlite3_file* f, sqlite3_int64* out) {
    return real(f)->xFileSize(self(f)->real, out);
  }
  static int lock(sqlite3_file* f, int l) { return real(f)->xLock(self(f)->real, l); }
  static int unlock(sqlite3_file* f, int l) { return real(f)->xUnlock(self(f)->real, l); }
  static int reserved(sqlite3_file* f, int* out) {
    return real(f)->xCheckReservedLock(self(f)->real, out);
  }
  static int control(sqlite3_file* f, int op, void* arg) {
    return real(f)->xFileControl(self(f)->real, op, arg);
  }
  static int sector(sqlite3_file* f) { return real(f)->xSectorSize(self(f)->real); }
  static int characteristics(sqlite3_file* f) {
    return real(f)->xDeviceCharacteristics(self(f)->real);
  }
  static int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return real(f)->xShmMap(self(f)->real, page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* f, int at, int count, int flags) {
    return real(f)->xShmLock(self(f)->real, at, count, flags);
  }
  static void shm_barrier(sqlite3_file* f) { real(f)->xShmBarrier(self(f)->real); }
  static int shm_unmap(sqlite3_file* f, int erase) {
    return real(f)->xShmUnmap(self(f)->real, erase);
  }
  static int fetch(sqlite3_file*, sqlite3_int64, int, void** out) {
    *out = nullptr;  // no memory maps: every read is a call
    return SQLITE_OK;
  }
  static int unfetch(sqlite3_file* f, sqlite3_int64 at, void* page) {
    return real(f)->xUnfetch(self(f)->real, at, page);
  }

  Fault fault_;
  std::atomic<int> left_;
  bool lasting_;
  sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs vfs_{};
};

}  // namespace audit
