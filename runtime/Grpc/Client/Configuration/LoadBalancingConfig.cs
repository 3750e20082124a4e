namespace Grpc.Net.Client.Configuration;

/// <summary>A load balancing policy by name.</summary>
public class LoadBalancingConfig : ConfigObject
{
    public const string PickFirstPolicyName = "pick_first";
    public const string RoundRobinPolicyName = "round_robin";

    public LoadBalancingConfig(string loadBalancingPolicyName)
    {
        PolicyName = loadBalancingPolicyName ?? throw new ArgumentNullException(nameof(loadBalancingPolicyName));
        Inner[loadBalancingPolicyName] = new Dictionary<string, object>(StringComparer.Ordinal);
    }

    public string PolicyName { get; }
}
