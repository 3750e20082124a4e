namespace Engine.Silo.Client;

/// <summary>Which keys a command cannot do without.</summary>
internal enum ClientKeys
{
    /// <summary>A workspace's.</summary>
    Workspace,

    /// <summary>The operator's.</summary>
    Operator,

    /// <summary>One of the two; each shows something of its own.</summary>
    Either,
}
