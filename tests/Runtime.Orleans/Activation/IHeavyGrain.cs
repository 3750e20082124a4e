namespace Engine.Runtime.Orleans.Tests.Activation;

public interface IHeavyGrain : IGrainWithIntegerKey
{
    /// <summary>Holds that much memory for as long as it is active.</summary>
    Task<long> Hold(int bytes);
}
