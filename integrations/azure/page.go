package azure

import "watchfloor/integrations/azure/wire"

// ReadPage decodes one page of a list. Its link is checked as well, so that none which
// leaves the endpoint ever reaches a cursor.
func (p Pin) ReadPage(body []byte, i Intent) (wire.List, error) {
	l, err := wire.ReadList(body, "value")
	if err != nil {
		return l, Malformed(body, i, err)
	}
	if l.Next != "" {
		if err := p.CheckLink(l.Next); err != nil {
			return wire.List{}, err
		}
	}
	return l, nil
}
