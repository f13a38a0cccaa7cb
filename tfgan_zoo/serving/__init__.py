"""What lies between an export and whoever looks at its images: signatures, configurations, clients, the explorer."""
