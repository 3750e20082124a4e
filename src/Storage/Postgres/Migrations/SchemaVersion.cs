namespace Engine.Storage.Postgres.Migrations;

/// <summary>One part of the database's schema and the version it has.</summary>
public sealed record SchemaVersion(string Schema, int Version);
