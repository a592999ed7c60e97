/* Put before every file of Apache's C client 3.8.0 while it is built for its tests, so that its sources stay as they are:
 * OpenSSL 3 took FIPS_mode away, and GCC 12's headers no longer bring nanosleep along. */
#include <time.h>
#define FIPS_mode() 0
