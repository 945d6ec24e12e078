//! Every text of a request, an answer or a stream's event, and its replacement in place.
