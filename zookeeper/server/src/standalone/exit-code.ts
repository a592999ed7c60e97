/** How a server's process ends; the numbers are Apache's (ExitCode), where it has one for the case. */
export const ExitCode = {
  ok: 0,
  unexpected: 1,
  badInvocation: 2,
  noData: 3,
  adminServer: 4,
  badWrite: 10,
} as const;
