/** Where nodes join unless told otherwise. */
export const standardJoinPort = 2378;
