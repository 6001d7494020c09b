"""What of a page the mail programs of the world show, by the data of caniemail.com."""
