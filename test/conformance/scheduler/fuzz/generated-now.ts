/** The time at which all generated clusters are looked at, epoch seconds (2023-11-14 22:13:20 UTC, a Tuesday). */
export const GENERATED_NOW = 1_700_000_000;
