/** @holdfast/client: typed control API client. */
export {};
