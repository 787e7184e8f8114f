// Package defender reads and changes incidents of Microsoft Defender XDR through
// Microsoft Graph v1.0. Client implements app.Remote and app.Merger with a small typed
// client on the azcore pipeline.
//
// Alerts come with each incident ($expand=alerts); comments are part of it. A
// malformed row is kept raw, counted in Page.Odd and logged once; evidence of a kind
// this release does not know is kept with its own word.
//
// Listing documents $count, $filter, $skip, $top and $expand but no $orderby, so a run
// cannot be cut by time: its watermark moves only when the whole run is done, to the
// latest modification on its first page or the service's clock then, whichever is
// earlier. Both are times of the service.
//
// The first page of a first run asks for the number of incidents.
//
// Graph documents no ETag for incidents. An update sends the changed fields alone;
// whoever calls it has just read the incident.
package defender
