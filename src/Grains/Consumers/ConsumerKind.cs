namespace Engine.Grains.Consumers;

/// <summary>A consumer that silos run; its <see cref="IConsumer"/> is registered under the name.</summary>
internal sealed record ConsumerKind(string Name);
