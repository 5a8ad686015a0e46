{{ code }}
