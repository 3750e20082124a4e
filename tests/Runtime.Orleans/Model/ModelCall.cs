namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>What is known of one call.</summary>
internal sealed class ModelCall(CallSpec spec)
{
    /// <summary>The value of <see cref="WaitsFor"/> at the end of a method that still waits for calls.</summary>
    public const int Forks = -2;

    public CallSpec Spec => spec;

    /// <summary>Its place in the order of all calls; -1 for one that was not sent.</summary>
    public int Sent { get; set; } = -1;

    /// <summary>Who sent it.</summary>
    public int Caller { get; set; }

    public int Begun { get; set; }

    public int Ended { get; set; }

    /// <summary>Whether its caller has the outcome.</summary>
    public volatile bool IsSettled;

    public volatile bool IsCancelled;

    /// <summary>The gate it waits at; -1 for none.</summary>
    public volatile int WaitsAt = -1;

    /// <summary>The call it waits for; -1 for none.</summary>
    public volatile int WaitsFor = -1;

    /// <summary>The chain it lets in; -1 for none.</summary>
    public int OpenChain { get; set; } = -1;
}
