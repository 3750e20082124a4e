using Engine.V1;
using CustomerEvent = Engine.Internal.V1.CustomerEvent;

namespace Engine.Grains.Customers;

/// <summary>What one command does to a customer, nothing sealed yet.</summary>
/// <param name="Record">The data after it, when it changes.</param>
public sealed record CustomerChange(Author Author, IReadOnlyList<CustomerEvent> Events, Customer? Record = null);
