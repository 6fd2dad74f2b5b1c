/**
 * What clients ask before they sign in: where the public cloud signs in, as the clients themselves assume where a
 * service does not say (azure-kusto-data, `cloudSettings`). A client with the server's token uses none of it.
 */
export const authMetadata = {
  AzureAD: {
    LoginEndpoint: 'https://login.microsoftonline.com',
    LoginMfaRequired: false,
    KustoClientAppId: 'db662dc1-0cfe-4e1c-a843-19a68e65be58',
    KustoClientRedirectUri: 'https://microsoft/kustoclient',
    KustoServiceResourceId: 'https://kusto.kusto.windows.net',
    FirstPartyAuthorityUrl: 'https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  },
} as const;
