/* formats.c: the formats there are. What is told by a magic comes before what is told by likelihood. */
#include "foreign/format.h"

extern const spk_foreign_format spk_foreign_aedat2, spk_foreign_aedat3, spk_foreign_csv,
    spk_foreign_dat, spk_foreign_evt2, spk_foreign_evt3, spk_foreign_gdf, spk_foreign_nmnist;

const spk_foreign_format *const spk_foreign_formats[] = {
    &spk_foreign_aedat2, &spk_foreign_aedat3, &spk_foreign_dat,
    &spk_foreign_evt2,   &spk_foreign_evt3,   &spk_foreign_nmnist,
    &spk_foreign_csv,    &spk_foreign_gdf,    NULL,
};
