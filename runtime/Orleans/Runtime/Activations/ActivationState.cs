namespace Orleans.Runtime.Activations;

/// <summary>How far the life of an activation is.</summary>
internal enum ActivationState : byte
{
    Creating = 0,
    Activating = 1,
    Valid = 2,
    Deactivating = 3,
    Invalid = 4,
}
