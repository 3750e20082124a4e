namespace Engine.Grains.Sla.Clocks;

/// <summary>What a moment's message means to promises.</summary>
public enum SlaMessage
{
    /// <summary>No message, a note, or one that answers nothing.</summary>
    None,

    /// <summary>The customer wrote.</summary>
    Customer,

    /// <summary>A person of the shop replied.</summary>
    Person,

    /// <summary>A program of the shop replied.</summary>
    Bot,
}
