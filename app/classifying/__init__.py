"""What classifiers say of items: taken in, run off the key path, shown each by itself."""
