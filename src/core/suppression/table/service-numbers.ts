/**
 * Numbers outside of North America that reach whoever pays for them and no person: free, premium,
 * shared-cost and personal ranges, by what they begin with. From the ranges that libphonenumber-js
 * 1.13.16 puts into these types; tried against it by the tests.
 */
export const servicePrefixes: readonly string[] = [
  // international: free, shared cost, premium, and networks of no country
  ...'+800 +808 +979 +882 +883 +878 +870 +881'.split(' '),
  // United Kingdom: free, shared cost, premium, personal, company-wide
  ...'+44500 +4455 +4456 +4470 +4476 +4480 +4484 +4487 +449 +443'.split(' '),
  // France: everything that begins with 8; company-wide 9 is answered by people and stays
  '+338',
  // Germany: free, televoting, shared cost, company-wide, personal, premium
  ...'+49800 +49137 +49138 +49180 +4918 +49700 +49900 +4919 +49118'.split(' '),
];
