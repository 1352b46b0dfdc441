// Generated from supabase/migrations by "npm run types"; not edited by hand.

export type Json =
  | string
  | number
  | boolean
  | null
  | { [key: string]: Json | undefined }
  | Json[]

export type Database = {
  public: {
    Tables: {
      ide_sync_events: {
        Row: {
          created_at: string
          editor: string | null
          event_type: string
          id: string
          occurred_at: string
          payload: NonNullable<Json>
          project_id: string | null
          run_id: string | null
          session_id: string | null
          sync_seq: number
          updated_at: string
          user_id: string
        }
        Insert: {
          created_at?: string
          editor?: string | null
          event_type: string
          id?: string
          occurred_at?: string
          payload?: NonNullable<Json>
          project_id?: string | null
          run_id?: string | null
          session_id?: string | null
          sync_seq?: number
          updated_at?: string
          user_id?: string
        }
        Update: {
          created_at?: string
          editor?: string | null
          event_type?: string
          id?: string
          occurred_at?: string
          payload?: NonNullable<Json>
          project_id?: string | null
          run_id?: string | null
          session_id?: string | null
          sync_seq?: number
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "runglass_ide_sync_events_project"
            columns: ["user_id", "project_id"]
            referencedRelation: "projects"
            referencedColumns: ["user_id", "id"]
          },
          {
            foreignKeyName: "runglass_ide_sync_events_run"
            columns: ["user_id", "run_id"]
            referencedRelation: "training_runs"
            referencedColumns: ["user_id", "id"]
          },
        ]
      }
      models: {
        Row: {
          base_model: string | null
          created_at: string
          description: string | null
          id: string
          metrics: NonNullable<Json>
          name: string
          project_id: string | null
          run_id: string | null
          size_bytes: number | null
          status: string
          sync_seq: number
          tags: string[]
          updated_at: string
          user_id: string
          version: string
        }
        Insert: {
          base_model?: string | null
          created_at?: string
          description?: string | null
          id?: string
          metrics?: NonNullable<Json>
          name: string
          project_id?: string | null
          run_id?: string | null
          size_bytes?: number | null
          status?: string
          sync_seq?: number
          tags?: string[]
          updated_at?: string
          user_id?: string
          version?: string
        }
        Update: {
          base_model?: string | null
          created_at?: string
          description?: string | null
          id?: string
          metrics?: NonNullable<Json>
          name?: string
          project_id?: string | null
          run_id?: string | null
          size_bytes?: number | null
          status?: string
          sync_seq?: number
          tags?: string[]
          updated_at?: string
          user_id?: string
          version?: string
        }
        Relationships: [
          {
            foreignKeyName: "runglass_models_project"
            columns: ["user_id", "project_id"]
            referencedRelation: "projects"
            referencedColumns: ["user_id", "id"]
          },
          {
            foreignKeyName: "runglass_models_run"
            columns: ["user_id", "run_id"]
            referencedRelation: "training_runs"
            referencedColumns: ["user_id", "id"]
          },
        ]
      }
      projects: {
        Row: {
          color: string | null
          created_at: string
          description: string | null
          id: string
          name: string
          status: string
          sync_seq: number
          updated_at: string
          user_id: string
        }
        Insert: {
          color?: string | null
          created_at?: string
          description?: string | null
          id?: string
          name: string
          status?: string
          sync_seq?: number
          updated_at?: string
          user_id?: string
        }
        Update: {
          color?: string | null
          created_at?: string
          description?: string | null
          id?: string
          name?: string
          status?: string
          sync_seq?: number
          updated_at?: string
          user_id?: string
        }
        Relationships: []
      }
      subscriptions: {
        Row: {
          billing_interval: string | null
          cancel_at_period_end: boolean
          created_at: string
          currency: string | null
          current_period_end: string | null
          current_period_start: string | null
          id: string
          limits: NonNullable<Json>
          plan: string
          price_cents: number | null
          status: string
          sync_seq: number
          trial_end: string | null
          updated_at: string
          upgrade_url: string | null
          user_id: string
        }
        Insert: {
          billing_interval?: string | null
          cancel_at_period_end?: boolean
          created_at?: string
          currency?: string | null
          current_period_end?: string | null
          current_period_start?: string | null
          id?: string
          limits?: NonNullable<Json>
          plan: string
          price_cents?: number | null
          status?: string
          sync_seq?: number
          trial_end?: string | null
          updated_at?: string
          upgrade_url?: string | null
          user_id?: string
        }
        Update: {
          billing_interval?: string | null
          cancel_at_period_end?: boolean
          created_at?: string
          currency?: string | null
          current_period_end?: string | null
          current_period_start?: string | null
          id?: string
          limits?: NonNullable<Json>
          plan?: string
          price_cents?: number | null
          status?: string
          sync_seq?: number
          trial_end?: string | null
          updated_at?: string
          upgrade_url?: string | null
          user_id?: string
        }
        Relationships: []
      }
      sync_canaries: {
        Row: {
          nonce: string
          pinged_at: string
          sync_seq: number
          user_id: string
        }
        Insert: {
          nonce: string
          pinged_at?: string
          sync_seq: number
          user_id: string
        }
        Update: {
          nonce?: string
          pinged_at?: string
          sync_seq?: number
          user_id?: string
        }
        Relationships: []
      }
      sync_tombstones: {
        Row: {
          deleted_at: string
          pk: string
          row_seq: number
          sync_seq: number
          tbl: string
          user_id: string
        }
        Insert: {
          deleted_at?: string
          pk: string
          row_seq: number
          sync_seq: number
          tbl: string
          user_id: string
        }
        Update: {
          deleted_at?: string
          pk?: string
          row_seq?: number
          sync_seq?: number
          tbl?: string
          user_id?: string
        }
        Relationships: []
      }
      training_run_configs: {
        Row: {
          config: NonNullable<Json>
          run_id: string
          user_id: string
        }
        Insert: {
          config?: NonNullable<Json>
          run_id: string
          user_id?: string
        }
        Update: {
          config?: NonNullable<Json>
          run_id?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "runglass_training_run_configs_run"
            columns: ["user_id", "run_id"]
            referencedRelation: "training_runs"
            referencedColumns: ["user_id", "id"]
          },
        ]
      }
      training_run_metrics: {
        Row: {
          metrics: NonNullable<Json>
          recorded_at: string
          run_id: string
          step: number
          user_id: string
        }
        Insert: {
          metrics: NonNullable<Json>
          recorded_at?: string
          run_id: string
          step: number
          user_id?: string
        }
        Update: {
          metrics?: NonNullable<Json>
          recorded_at?: string
          run_id?: string
          step?: number
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "runglass_training_run_metrics_run"
            columns: ["user_id", "run_id"]
            referencedRelation: "training_runs"
            referencedColumns: ["user_id", "id"]
          },
        ]
      }
      training_runs: {
        Row: {
          cancel_requested_at: string | null
          created_at: string
          error: string | null
          finished_at: string | null
          heartbeat_at: string | null
          id: string
          metrics: NonNullable<Json>
          name: string
          progress: number | null
          project_id: string | null
          started_at: string | null
          status: string
          step: number | null
          step_rate: number | null
          stepped_at: string | null
          stopped_by: Json | null
          sync_seq: number
          total_steps: number | null
          updated_at: string
          usage: NonNullable<Json>
          user_id: string
        }
        Insert: {
          cancel_requested_at?: string | null
          created_at?: string
          error?: string | null
          finished_at?: string | null
          heartbeat_at?: string | null
          id?: string
          metrics?: NonNullable<Json>
          name: string
          progress?: number | null
          project_id?: string | null
          started_at?: string | null
          status?: string
          step?: number | null
          step_rate?: number | null
          stepped_at?: string | null
          stopped_by?: Json | null
          sync_seq?: number
          total_steps?: number | null
          updated_at?: string
          usage?: NonNullable<Json>
          user_id?: string
        }
        Update: {
          cancel_requested_at?: string | null
          created_at?: string
          error?: string | null
          finished_at?: string | null
          heartbeat_at?: string | null
          id?: string
          metrics?: NonNullable<Json>
          name?: string
          progress?: number | null
          project_id?: string | null
          started_at?: string | null
          status?: string
          step?: number | null
          step_rate?: number | null
          stepped_at?: string | null
          stopped_by?: Json | null
          sync_seq?: number
          total_steps?: number | null
          updated_at?: string
          usage?: NonNullable<Json>
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "runglass_training_runs_project"
            columns: ["user_id", "project_id"]
            referencedRelation: "projects"
            referencedColumns: ["user_id", "id"]
          },
        ]
      }
      usage_tracking: {
        Row: {
          amount: number
          created_at: string
          day: string
          id: string
          metric: string
          project_id: string | null
          sync_seq: number
          updated_at: string
          user_id: string
        }
        Insert: {
          amount: number
          created_at?: string
          day?: string
          id?: string
          metric: string
          project_id?: string | null
          sync_seq?: number
          updated_at?: string
          user_id?: string
        }
        Update: {
          amount?: number
          created_at?: string
          day?: string
          id?: string
          metric?: string
          project_id?: string | null
          sync_seq?: number
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "runglass_usage_tracking_project"
            columns: ["user_id", "project_id"]
            referencedRelation: "projects"
            referencedColumns: ["user_id", "id"]
          },
        ]
      }
    }
    Views: {
      [_ in never]: never
    }
    Functions: {
      log_ide_sync_events: { Args: { events: Json }; Returns: Json }
      log_run: {
        Args: { patch?: Json; points?: Json; run_id: string }
        Returns: Json
      }
      record_usage: {
        Args: {
          amount: number
          for_user?: string
          metric: string
          project_id?: string
          run_id?: string
        }
        Returns: Json
      }
      run_metrics: {
        Args: { after_step?: number; max_points?: number; run_id: string }
        Returns: Json
      }
      runs_page: {
        Args: { before_at?: string; before_id?: string; max_rows?: number }
        Returns: Json
      }
      sync_doctor: { Args: Record<PropertyKey, never>; Returns: Json }
      sync_lock: { Args: { user_ids: string[] }; Returns: undefined }
      sync_ping: { Args: { nonce: string }; Returns: Json }
      sync_prune: {
        Args: { events_older_than?: string; older_than?: string }
        Returns: Json
      }
      sync_pull: {
        Args: { epoch?: string; max_rows?: number; since?: number }
        Returns: Json
      }
      timeline_page: {
        Args: {
          before_at?: string
          before_id?: string
          kind?: string
          max_rows?: number
          project?: string
        }
        Returns: Json
      }
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
}

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] &
        DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] &
        DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R
      }
      ? R
      : never
    : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I
      }
      ? I
      : never
    : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U
      }
      ? U
      : never
    : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
    : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends {
  schema: keyof DatabaseWithoutInternals
}
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
    : never

export const Constants = {
  public: {
    Enums: {},
  },
} as const
