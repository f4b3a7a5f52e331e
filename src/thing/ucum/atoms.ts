/**
 * The units of UCUM that instruments speak of, in its case sensitive spelling: from the tables of "The Unified Code for
 * Units of Measure", version 2.1, with their numbers there. Customary units of trade, cooking and typography are left out.
 */

/** Table 1, and the binary ones of table 5 (IEC 60027-2). */
export const prefixes: ReadonlySet<string> = new Set("Y Z E P T G M k h da d c m u n p f a z y Ki Mi Gi Ti".split(" "));

const words = (...lines: readonly string[]) => lines.flatMap((line) => line.split(" "));

/** Those that take a prefix. */
export const metric: ReadonlySet<string> = new Set(
  words(
    // Base units (table 2).
    "m s g rad K C cd",
    // The derived units of the SI (table 4).
    "mol sr Hz N Pa J W A V F Ohm S Wb T H lm lx Bq Gy Sv",
    // Used with the SI (table 5); the litre has two spellings.
    "l L ar t bar u eV pc",
    // Natural constants (table 6).
    "[c] [h] [k] [eps_0] [mu_0] [e] [m_e] [m_p] [G] [g] [ly] gf",
    // CGS (table 7).
    "Ky Gal dyn erg P Bi St Mx G Oe Gb sb Lmb ph Ci R RAD REM",
    // Heat, and pressure as the height of a column (tables 13 and 15).
    "cal_[15] cal_[20] cal_m cal_IT cal_th cal m[H2O] m[Hg]",
    // Chemistry and biochemistry (tables 16 and 17).
    "eq osm kat U [iU] [IU]",
    // Others, and those of information (tables 20 and 21).
    "st mho bit By Bd",
  ),
);

/** Those that take none. */
export const plain: ReadonlySet<string> = new Set(
  words(
    // Powers of ten, the number pi, and fractions (table 3).
    "10* 10^ [pi] % [ppth] [ppm] [ppb] [pptr]",
    // Angle and time (table 5).
    "gon deg ' '' min h d wk a a_t a_j a_g mo mo_s mo_j mo_g AU atm [lbf_av]",
    // Lengths, areas and volumes of the yard and the inch (tables 8 to 10).
    "[in_i] [ft_i] [yd_i] [mi_i] [nmi_i] [kn_i] [mil_i] [sin_i] [sft_i] [cin_i] [cft_i] [gal_us] [qt_us] [pt_us] [foz_us]",
    // Weights, heat and pressure (tables 12, 13 and 15).
    "[lb_av] [oz_av] [gr] [degR] [Cal] [Btu] [Btu_IT] [Btu_th] [HP] [in_i'H2O] [in_i'Hg] [psi]",
    // Chemistry, biology and medicine (tables 15 to 17).
    "g% [S] [HPF] [LPF] [arb'U] [USP'U] [CFU] [PFU] [FFU] [TCID_50] [CCID_50] [EID_50] [mesh_i] [drp]",
    // Others (table 20).
    "Ao b att circ sph",
  ),
);

/** Those of the special ones that take a prefix, as decibels do. */
export const metricSpecial: ReadonlySet<string> = new Set(
  words("Cel Np B B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW]"),
);

/**
 * Those on scales that begin elsewhere or are no straight lines (marked special in the tables): they stand alone, as what
 * changes by 2 Cel changes by 2 K.
 */
export const special: ReadonlySet<string> = new Set([
  ...metricSpecial,
  ...words("[degF] [degRe] [pH] [p'diop] %[slope] bit_s"),
]);
