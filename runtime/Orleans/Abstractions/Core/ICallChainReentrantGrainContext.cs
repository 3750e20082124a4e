namespace Orleans.Core.Internal;

/// <summary>An activation that lets calls of one call chain in while it waits for that chain.</summary>
public interface ICallChainReentrantGrainContext
{
    void OnEnterReentrantSection(Guid reentrancyId);

    void OnExitReentrantSection(Guid reentrancyId);
}
