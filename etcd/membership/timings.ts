/** How long things take when members come and go (cluster specification 10.6 and 10.7), in ms unless said otherwise. */
export interface MembershipTimings {
  /** In seconds: how long nobody controls when the controller has died. */
  readonly controllerTtl: number;
  /** In seconds: how long a volunteer counts as one when it has died. */
  readonly volunteerTtl: number;
  /** Between two looks at the members, if nothing tells of a change. */
  readonly look: number;
  /** Between two tries of something that is due. */
  readonly retry: number;
  /** How long the status of a member is waited for. */
  readonly probe: number;
  /** Until a nominee has to be a voter. */
  readonly nomination: number;
  /** In seconds: how long one that was not is not nominated again. */
  readonly quarantine: number;
  /** How long the cluster may refuse a change before that is told. */
  readonly patience: number;
}

export const standardMembershipTimings: MembershipTimings = {
  controllerTtl: 5,
  volunteerTtl: 10,
  look: 10_000,
  retry: 1_000,
  probe: 2_000,
  nomination: 120_000,
  quarantine: 600,
  patience: 30_000,
};
