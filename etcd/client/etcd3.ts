/**
 * What we use of the etcd3 package: its messages, its typed calls, its errors, and its way of reaching one server. Its
 * own watches, leases and elections are not used: they lose events, and guess. This is the one place that imports the
 * package, because the protocol files have to be in place before it.
 */
import "../protocol-files.ts";

export {
  AuthClient,
  ClusterClient,
  castGrpcError,
  EtcdAuthenticationFailedError,
  EtcdInvalidAuthTokenError,
  EtcdLeaseInvalidError,
  EtcdPermissionDeniedError,
  GRPCCancelledError,
  GRPCDeadlineExceededError,
  GRPCUnauthenticatedError,
  GRPCUnavailableError,
  type ICallable,
  type ICompare,
  type IDuplexStream,
  type IEvent,
  type IHashKVResponse,
  type IKeyValue,
  type IMember,
  type IRequestOp,
  type IResponseOp,
  type IWatchRequest,
  type IWatchResponse,
  KVClient,
  LeaseClient,
  MaintenanceClient,
  WatchClient,
} from "etcd3";
export { ConnectionPool } from "etcd3/lib/connection-pool.js";
