/** Version of this daemon, as in package.json; a structure test compares them. */
export const DAEMON_VERSION = '0.1.0';
