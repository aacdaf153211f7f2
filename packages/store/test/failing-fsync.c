/* Preloaded into the writer process by disk-failure.test.ts: syncs fail with EIO once the named file exists. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/syscall.h>

static int fails(void) {
  const char *path = getenv("HOLDFAST_TEST_FSYNC_FAILS");
  return path != NULL && access(path, F_OK) == 0;
}

int fsync(int fd) {
  if (fails()) { errno = EIO; return -1; }
  return (int) syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
  if (fails()) { errno = EIO; return -1; }
  return (int) syscall(SYS_fdatasync, fd);
}
