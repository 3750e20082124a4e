namespace Engine.Grains.Routing.Matching;

/// <summary>The queue's own agents (not those of other queues it may ask) who are ONLINE.</summary>
/// <param name="OnlineCount">How many.</param>
/// <param name="CapacityUnits">Their units in all.</param>
/// <param name="LoadUnits">Units held, reserved, or about to be reserved by this board.</param>
public readonly record struct BoardStaff(int OnlineCount, long CapacityUnits, long LoadUnits);
