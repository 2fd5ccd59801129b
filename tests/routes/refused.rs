//! What is refused here is refused by `amtool check-config`, and what it takes is not refused here.
