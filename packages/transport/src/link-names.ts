/** libp2p protocol of the long-lived stream of each link. */
export const LINK_PROTOCOL = '/holdfast/link/1';
/** libp2p protocol of a stream that carries one request and its response. */
export const REQUEST_PROTOCOL = '/holdfast/request/1';
