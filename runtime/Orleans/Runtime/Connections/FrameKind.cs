namespace Orleans.Runtime.Connections;

/// <summary>What a frame carries.</summary>
internal enum FrameKind : byte
{
    /// <summary>A client says who it is.</summary>
    Hello = 1,
    Welcome = 2,
    Refusal = 3,
    Call = 4,
    Result = 5,
    Failure = 6,
    Cancel = 7,

    /// <summary>No new calls on this connection; those under way are answered.</summary>
    Goodbye = 8,

    /// <summary>Gives the next number to a method, so that calls need not name it.</summary>
    Method = 9,

    /// <summary>The sender knows of this view; what follows was routed by it.</summary>
    View = 10,

    /// <summary>The call has not run: its grain belongs to another silo.</summary>
    Moved = 11,

    /// <summary>A gateway tells a client who is in the cluster.</summary>
    Members = 12,

    /// <summary>Asks for a <see cref="Pong"/>, so that a silent connection is told from a dead one.</summary>
    Ping = 13,
    Pong = 14,

    /// <summary>A silo says who it is and whom it means.</summary>
    SiloHello = 15,
}
