/** How a client says who it is: not at all, until there are tokens. LabThings' word for it. */
export const security = {
  securityDefinitions: { no_security: { scheme: "nosec", description: "No security" } },
  security: "no_security",
};
