/* usage.h: what this process has taken so far. */
#ifndef SPK_RUN_USAGE_H
#define SPK_RUN_USAGE_H

double spk_usage_cpu(void);   /* seconds of processor time, of all its threads */
double spk_usage_bytes(void); /* resident now */
double spk_usage_peak(void);  /* resident at most; both NAN where the system does not tell */

#endif
