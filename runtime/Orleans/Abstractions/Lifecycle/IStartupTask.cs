namespace Orleans.Runtime;

/// <summary>Runs when the silo has become active.</summary>
public interface IStartupTask
{
    Task Execute(CancellationToken cancellationToken);
}
