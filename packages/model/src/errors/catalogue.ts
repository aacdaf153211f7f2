/** Exit codes of commands; the numbers are those of Pacemaker's tools where one exists. */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 64,
  data: 65,
  noInput: 66,
  unavailable: 69,
  noPermission: 77,
  configuration: 78,
  notConnected: 102,
  noSuchObject: 105,
  noQuorum: 106,
  unsafe: 107,
  exists: 108,
  timeout: 124,
} as const;

/** One error of the catalogue. */
export interface CatalogueEntry {
  /** What failed; `{name}` is replaced by the error's detail of that name. */
  readonly what: string;
  readonly why: string;
  /** What the reader should do. */
  readonly action: string;
  readonly exitCode: number;
}

/** Every error a user or peer can be given. Codes are stable; a test compares them with docs/errors.md. */
export const CATALOGUE = {
  EDITOR_FAILED: {
    what: 'the editor {editor} failed: {problem}',
    why: 'nothing was changed',
    action: 'set EDITOR to the editor you want',
    exitCode: EXIT.error,
  },
  USAGE: {
    what: '{problem}',
    why: 'the command was not given what it needs',
    action: 'see the help of the command',
    exitCode: EXIT.usage,
  },
  CONFIG_SYNTAX: {
    what: 'cannot read the statement: {problem}',
    why: 'the text does not follow the statement grammar',
    action: 'correct the statement at the position named',
    exitCode: EXIT.data,
  },
  CONFIG_INVALID: {
    what: 'the configuration is not valid: {problem}',
    why: 'a change must leave the whole configuration valid',
    action: 'correct the object named; nothing was applied',
    exitCode: EXIT.configuration,
  },
  JSON_INVALID: {
    what: 'cannot read the {what}: {problem}',
    why: 'the JSON does not have the shape this version expects',
    action: 'send it again from a client of the same version',
    exitCode: EXIT.data,
  },
  CONFIG_CONFLICT: {
    what: 'the object {id} was changed by somebody else meanwhile',
    why: 'the expected revision {expected} is not the current one {actual}',
    action: 'read the configuration again and repeat the change',
    exitCode: EXIT.exists,
  },
  CONFIG_EXISTS: {
    what: 'there is already an object {id}',
    why: 'ids are unique in a configuration',
    action: 'choose another id, or change the object with holdfast configure edit or load',
    exitCode: EXIT.exists,
  },
  CONFIG_TOO_LARGE: {
    what: 'the configuration has {size} bytes',
    why: 'the limit is {limit} bytes',
    action: 'make it smaller; nothing was applied',
    exitCode: EXIT.data,
  },
  STAGED_INCOMPLETE: {
    what: 'of the large change {id} there are {present} parts instead of {wanted}',
    why: 'parts are taken in order, and forgotten when no further one comes for a minute; nothing was applied',
    action: 'send the change again from its first part, under another id',
    exitCode: EXIT.unavailable,
  },
  STAGE_FULL: {
    what: 'there is no room for another large change: {count} are under way, with {chars} characters',
    why: 'large changes are kept in parts until they are whole, and all of them together are bounded',
    action: 'try again in a minute; nothing was applied',
    exitCode: EXIT.unavailable,
  },
  XML_SYNTAX: {
    what: 'cannot read the XML document: {problem}',
    why: 'the text is not a well-formed document of the kind expected',
    action: 'correct the document at the position named',
    exitCode: EXIT.data,
  },
  XML_LIMIT: {
    what: 'the XML document has more than {limit} {what}',
    why: 'documents are read within bounds of time and memory',
    action: 'use a smaller document',
    exitCode: EXIT.data,
  },
  CONSTRAINTS_TOO_MANY: {
    what: 'with {constraint}, the constraints relate more than {limit} resources or pairs of resources',
    why: 'sets, tags and patterns are written out for each pair; nothing is decided on a part of the constraints',
    action: 'use groups or sequential sets, which relate neighbours only, or smaller sets',
    exitCode: EXIT.configuration,
  },
  OUTPUT_TOO_LARGE: {
    what: 'the {what} would have more than {limit} characters',
    why: 'more cannot be held as one text',
    action: 'reduce what the configuration relates to each other, or print something else',
    exitCode: EXIT.data,
  },
  CIB_INVALID: {
    what: 'the cluster information is not valid: {problem}',
    why: 'the document does not follow the CIB schema',
    action: 'correct the element at the position named',
    exitCode: EXIT.configuration,
  },
  GRAPH_INVALID: {
    what: 'the transition graph is not valid: {problem}',
    why: 'the document does not have the form of a transition graph',
    action: 'correct the element at the position named',
    exitCode: EXIT.data,
  },
  FILE_UNWRITABLE: {
    what: 'cannot write {path}',
    why: '{problem}',
    action: 'check the folder, the permissions and the free space',
    exitCode: EXIT.error,
  },
  FILE_UNREADABLE: {
    what: 'cannot read {path}',
    why: 'the file does not exist or may not be read',
    action: 'check the name and the permissions',
    exitCode: EXIT.noInput,
  },
  NO_SUCH_OBJECT: {
    what: 'there is no {kind} {id}',
    why: 'the configuration or status does not hold it',
    action: 'list the objects with holdfast configure show',
    exitCode: EXIT.noSuchObject,
  },
  NOT_CONNECTED: {
    what: 'cannot reach the daemon at {socket}',
    why: '{problem}',
    action: 'start holdfastd, or name its socket with --socket',
    exitCode: EXIT.notConnected,
  },
  NO_QUORUM: {
    what: 'the cluster has no quorum',
    why: 'this member cannot reach more than half of the votes',
    action: 'restore the network or start more members',
    exitCode: EXIT.noQuorum,
  },
  NO_LEADER: {
    what: 'no leader is known yet',
    why: 'an election is under way or quorum is lost',
    action: 'try again in a few seconds',
    exitCode: EXIT.unavailable,
  },
  TIMEOUT: {
    what: '{operation} did not finish within {timeoutMs} ms',
    why: '{problem}',
    action: 'see the status of the cluster, then try again',
    exitCode: EXIT.timeout,
  },
  FENCING_FAILED: {
    what: '{node} was not fenced: {problem}',
    why: 'only a fence device that confirms proves that a machine is off',
    action: 'check the fence devices, or confirm by hand that it is off with holdfast node confirm-fenced',
    exitCode: EXIT.error,
  },
  FENCING_REFUSED: {
    what: '{node} cannot be confirmed as fenced: {problem}',
    why: 'a member in contact with the cluster is not off',
    action: 'switch it off first, or fence it with holdfast node fence',
    exitCode: EXIT.unsafe,
  },
  FRAME_TOO_LARGE: {
    what: 'a message of {size} bytes was refused',
    why: 'the limit is {limit} bytes',
    action: 'none: the connection was closed',
    exitCode: EXIT.data,
  },
  FRAME_MALFORMED: {
    what: 'a message could not be read: {problem}',
    why: 'the bytes do not follow the protocol',
    action: 'none: the connection was closed',
    exitCode: EXIT.data,
  },
  WRONG_CLUSTER: {
    what: 'a message of cluster {theirs} was refused',
    why: 'this member belongs to cluster {ours}',
    action: 'check the join token used on the other member',
    exitCode: EXIT.data,
  },
  UNKNOWN_PEER: {
    what: 'a connection from {peer} was refused',
    why: 'its identity is not in the member list',
    action: 'join it with holdfast cluster join',
    exitCode: EXIT.noPermission,
  },
  MEMBER_BARRED: {
    what: 'this member was left behind by a forced recovery of the cluster',
    why: 'the cluster is {cluster} now, and what this member remembers does not count any more',
    action: 'empty {stateDir}, start the daemon and join with a new token (holdfast cluster token)',
    exitCode: EXIT.data,
  },
  MEMBER_TOO_OLD: {
    what: '{node} speaks feature level {level} only',
    why: 'every member of the cluster speaks level {needed}, and the cluster has begun to use it',
    action: 'install the version of the other members on it, then start it again',
    exitCode: EXIT.data,
  },
  RECOVERY_REFUSED: {
    what: 'the cluster was not recovered by force: {problem}',
    why: 'a forced recovery drops the votes of all other members and may lose acknowledged changes',
    action: 'use it only on the surviving member when a majority is gone for good',
    exitCode: EXIT.unsafe,
  },
  STORE_CORRUPT: {
    what: 'the store at {path} is damaged: {problem}',
    why: 'a record does not match its checksum or its place',
    action: 'this member must be wiped and joined anew; never copy or repair its store',
    exitCode: EXIT.data,
  },
  STORE_OUTDATED: {
    what: 'the store of {node} is older than what {node} has promised: {problem}',
    why: 'it was restored from a backup, so votes and acknowledged changes may be missing in it',
    action: 'empty the state directory and join this member anew; never restore a store',
    exitCode: EXIT.data,
  },
  STORE_LOCKED: {
    what: 'the store at {path} is in use',
    why: 'another daemon holds its lock',
    action: 'stop the other daemon first',
    exitCode: EXIT.exists,
  },
  STORE_WRITE_FAILED: {
    what: 'a durable write failed: {problem}',
    why: 'the disk refused it, so no promise can be kept',
    action: 'check the disk; the daemon has stopped',
    exitCode: EXIT.unavailable,
  },
  NOT_A_MEMBER: {
    what: 'this daemon belongs to no cluster yet',
    why: 'its state directory {stateDir} holds no membership',
    action: 'run holdfast cluster init here, or holdfast cluster join with a token of an existing cluster',
    exitCode: EXIT.unavailable,
  },
  ALREADY_A_MEMBER: {
    what: 'this daemon already belongs to the cluster {cluster}',
    why: 'its state directory {stateDir} holds a membership',
    action: 'leave that cluster and empty the state directory first',
    exitCode: EXIT.exists,
  },
  TOKEN_INVALID: {
    what: 'the join token cannot be used: {problem}',
    why: 'a token is one line of text made by holdfast cluster token, with a checksum at its end',
    action: 'paste the whole token, or make a new one with holdfast cluster token',
    exitCode: EXIT.data,
  },
  TOKEN_EXPIRED: {
    what: 'the join token expired at {expiredAt}',
    why: 'a token is valid for a limited time and for one machine',
    action: 'make a new one with holdfast cluster token',
    exitCode: EXIT.noPermission,
  },
  JOIN_FAILED: {
    what: 'no member let this machine join: {problem}',
    why: 'every address in the token was tried: {addresses}',
    action: 'check that the addresses can be reached from here and that the token was not used before',
    exitCode: EXIT.unavailable,
  },
  LOCAL_CONFIG_INVALID: {
    what: 'the local configuration {path} is not valid: {problem}',
    why: 'the daemon starts only with settings it understands in full',
    action: 'correct the setting named',
    exitCode: EXIT.configuration,
  },
  REQUEST_INVALID: {
    what: 'the request cannot be read: {problem}',
    why: 'the control API takes JSON of the documented shape',
    action: 'use a holdfast command of the same version as the daemon',
    exitCode: EXIT.usage,
  },
  REQUEST_TOO_LARGE: {
    what: 'a request of more than {limit} bytes was refused',
    why: 'the control API bounds the size of a request',
    action: 'send a large change in parts, as holdfast configure does (POST /v1/configuration/parts)',
    exitCode: EXIT.data,
  },
  TOO_MANY_REQUESTS: {
    what: 'the daemon has {limit} requests waiting and takes no more',
    why: 'the number of requests waiting for an answer is bounded',
    action: 'try again in a moment',
    exitCode: EXIT.unavailable,
  },
  ASSERTION: {
    what: 'an internal check failed: {problem}',
    why: 'the daemon found itself in a state that must never occur',
    action: 'the daemon has stopped; report its log',
    exitCode: EXIT.error,
  },
} as const satisfies Record<string, CatalogueEntry>;

/** The stable code of an error. */
export type ErrorCode = keyof typeof CATALOGUE;
